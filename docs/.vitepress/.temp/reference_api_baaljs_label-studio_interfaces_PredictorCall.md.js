import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictorCall","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/PredictorCall.md","filePath":"reference/api/baaljs/label-studio/interfaces/PredictorCall.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/PredictorCall.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictorcall" tabindex="-1">Interface: PredictorCall <a class="header-anchor" href="#interface-predictorcall" aria-label="Permalink to &quot;Interface: PredictorCall&quot;">​</a></h1><p>How many draws of the inputs are wanted, and which.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-itemkeys"></a> <code>itemKeys?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Whole numbers that name the inputs&#39; draws, one each: an input of the same key has the same draws in whatever batch it comes. Their positions by default. A predictor without such a thing leaves them aside.</td></tr><tr><td><a id="property-iterations"></a> <code>iterations</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-seed"></a> <code>seed?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/PredictorCall.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictorCall = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictorCall as default
};
