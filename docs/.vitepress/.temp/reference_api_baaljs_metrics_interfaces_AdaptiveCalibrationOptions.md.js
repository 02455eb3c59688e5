import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AdaptiveCalibrationOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/AdaptiveCalibrationOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/AdaptiveCalibrationOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/AdaptiveCalibrationOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-adaptivecalibrationoptions" tabindex="-1">Interface: AdaptiveCalibrationOptions <a class="header-anchor" href="#interface-adaptivecalibrationoptions" aria-label="Permalink to &quot;Interface: AdaptiveCalibrationOptions&quot;">​</a></h1><p>The options of <a href="./../variables/adaptiveCalibrationError.html">adaptiveCalibrationError</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-bins"></a> <code>bins?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Number of bins, each with as many items as the others as nearly as can be; 10 by default.</td></tr><tr><td><a id="property-of"></a> <code>of?</code></td><td><code>readonly</code></td><td><code>&quot;classes&quot;</code> | <code>&quot;prediction&quot;</code></td><td>The probabilities that are binned: <code>&quot;prediction&quot;</code> the highest probability of each item, as the expected calibration error does (the default); <code>&quot;classes&quot;</code> the probabilities of each class in turn, averaged over the classes, which is the paper&#39;s ACE.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/AdaptiveCalibrationOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AdaptiveCalibrationOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AdaptiveCalibrationOptions as default
};
