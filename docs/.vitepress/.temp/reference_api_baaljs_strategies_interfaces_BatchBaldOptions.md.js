import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BatchBaldOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/BatchBaldOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/BatchBaldOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/BatchBaldOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-batchbaldoptions" tabindex="-1">Interface: BatchBaldOptions <a class="header-anchor" href="#interface-batchbaldoptions" aria-label="Permalink to &quot;Interface: BatchBaldOptions&quot;">​</a></h1><p>The options of <a href="./../functions/batchBald.html">batchBald</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-maxconfigurations"></a> <code>maxConfigurations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Joint entropies are exact up to so many ways of labelling the picked items (C^b for b items of C classes); beyond, a weighted sample of this many stands for them. Time and memory are in proportion to it. 1024 by default: exact while 3 items of 10 classes are picked, or 10 of two, and measured to lose less than 0.5 % of the information that 10,000 find.</td><td>-</td></tr><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td>(<code>event</code>) =&gt; <code>void</code></td><td>-</td><td><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a>.<a href="./SelectionWorkOptions.html#property-onprogress"><code>onProgress</code></a></td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>Makes <code>select</code> throw <code>E_ABORTED</code> when it fires.</td><td><a href="./SelectionWorkOptions.html"><code>SelectionWorkOptions</code></a>.<a href="./SelectionWorkOptions.html#property-signal"><code>signal</code></a></td></tr><tr><td><a id="property-warnafter"></a> <code>warnAfter?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Without <code>onProgress</code>, a run that could take more seconds than this says so first, as a process warning; 30 by default.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/BatchBaldOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BatchBaldOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BatchBaldOptions as default
};
