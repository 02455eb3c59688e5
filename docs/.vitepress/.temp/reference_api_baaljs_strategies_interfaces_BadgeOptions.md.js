import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BadgeOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/BadgeOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/BadgeOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/BadgeOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-badgeoptions" tabindex="-1">Interface: BadgeOptions <a class="header-anchor" href="#interface-badgeoptions" aria-label="Permalink to &quot;Interface: BadgeOptions&quot;">​</a></h1><p>The options of <a href="./../functions/badge.html">badge</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-first"></a> <code>first?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/BadgeFirst.html"><code>BadgeFirst</code></a></td><td>The first pick. <code>&quot;largest-norm&quot;</code> (default), the longest gradient embedding, is what the paper&#39;s experiments ran with; <code>&quot;uniform&quot;</code> is k-means++ to the letter, whose first pick is often one that the model is sure of.</td><td>-</td></tr><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td>(<code>event</code>) =&gt; <code>void</code></td><td>-</td><td><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a>.<a href="./SelectionWorkOptions.html#property-onprogress"><code>onProgress</code></a></td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>Makes <code>select</code> throw <code>E_ABORTED</code> when it fires.</td><td><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a>.<a href="./SelectionWorkOptions.html#property-signal"><code>signal</code></a></td></tr><tr><td><a id="property-thresholds"></a> <code>thresholds?</code></td><td><code>readonly</code></td><td><code>number</code> | readonly <code>number</code>[]</td><td>Of labels that are each predicted by itself: from which probability on the model is taken to say yes, in the order of the labels, or one for all. 0.5 by default.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/BadgeOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BadgeOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BadgeOptions as default
};
