import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictionsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/PredictionsOptions.md","filePath":"reference/api/baaljs/heuristics/interfaces/PredictionsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/PredictionsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictionsoptions" tabindex="-1">Interface: PredictionsOptions <a class="header-anchor" href="#interface-predictionsoptions" aria-label="Permalink to &quot;Interface: PredictionsOptions&quot;">​</a></h1><p>More about the draws that <a href="./../functions/predictions.html">predictions</a> holds.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-beyondscope_n"></a> <code>beyondScope_N?</code></td><td><code>readonly</code></td><td><code>Float32Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td><td>As <a href="./Predictions.html#property-beyondscope_n">Predictions.beyondScope_N</a>.</td></tr><tr><td><a id="property-isconsistent"></a> <code>isConsistent?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>-</td></tr><tr><td><a id="property-logvariances"></a> <code>logVariances?</code></td><td><code>readonly</code></td><td><code>Float32Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td><td>As <a href="./Predictions.html#property-logvariances">Predictions.logVariances</a>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/PredictionsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictionsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictionsOptions as default
};
