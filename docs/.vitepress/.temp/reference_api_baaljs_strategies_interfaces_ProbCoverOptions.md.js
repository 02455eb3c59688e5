import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ProbCoverOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/ProbCoverOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/ProbCoverOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/ProbCoverOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-probcoveroptions" tabindex="-1">Interface: ProbCoverOptions <a class="header-anchor" href="#interface-probcoveroptions" aria-label="Permalink to &quot;Interface: ProbCoverOptions&quot;">​</a></h1><p>The options of <a href="./../functions/probCover.html">probCover</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-classes"></a> <code>classes?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Clusters that stand for the classes where the radius is chosen: the number of classes, where it is known. By default the classes labelled so far or the number of picks, whichever is more, from 2 to 100.</td><td>-</td></tr><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td>(<code>event</code>) =&gt; <code>void</code></td><td>-</td><td><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a>.<a href="./SelectionWorkOptions.html#property-onprogress"><code>onProgress</code></a></td></tr><tr><td><a id="property-purity"></a> <code>purity?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share of the balls that hold items of one cluster only, where the radius is chosen from the data; 0.95 by default, as in the paper.</td><td>-</td></tr><tr><td><a id="property-radius"></a> <code>radius?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Radius of the balls, in units of the features. By default the largest with which enough of the balls are pure.</td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>Makes <code>select</code> throw <code>E_ABORTED</code> when it fires.</td><td><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a>.<a href="./SelectionWorkOptions.html#property-signal"><code>signal</code></a></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/ProbCoverOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ProbCoverOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ProbCoverOptions as default
};
