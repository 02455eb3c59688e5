import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AveragingOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/AveragingOptions.md","filePath":"reference/api/baaljs/heuristics/interfaces/AveragingOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/AveragingOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-averagingoptions" tabindex="-1">Interface: AveragingOptions <a class="header-anchor" href="#interface-averagingoptions" aria-label="Permalink to &quot;Interface: AveragingOptions&quot;">​</a></h1><p>The option of heuristics that look at the averaged prediction.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-average"></a> <code>average?</code></td><td><code>readonly</code></td><td><code>&quot;logits&quot;</code> | <code>&quot;probabilities&quot;</code></td><td>The kind of number that is averaged over the draws before looking at one distribution. <code>&quot;probabilities&quot;</code> (default): the Bayesian predictive distribution (Gal 2016), which also is uncertain where draws contradict each other with large logits. <code>&quot;logits&quot;</code> averages these and takes the softmax, or the sigmoid, then, as Baal does.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/AveragingOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AveragingOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AveragingOptions as default
};
