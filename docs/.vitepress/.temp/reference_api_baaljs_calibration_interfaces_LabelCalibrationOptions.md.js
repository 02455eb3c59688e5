import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelCalibrationOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/calibration/interfaces/LabelCalibrationOptions.md","filePath":"reference/api/baaljs/calibration/interfaces/LabelCalibrationOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/calibration/interfaces/LabelCalibrationOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelcalibrationoptions" tabindex="-1">Interface: LabelCalibrationOptions <a class="header-anchor" href="#interface-labelcalibrationoptions" aria-label="Permalink to &quot;Interface: LabelCalibrationOptions&quot;">​</a></h1><p>The options of <a href="./../functions/labelTemperatureScaling.html">labelTemperatureScaling</a> and <a href="./../functions/plattScaling.html">plattScaling</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-maxsteps"></a> <code>maxSteps?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Steps at most for each label; 200 by default. <code>calibrator.fit.hasConverged</code> says whether they were enough.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/calibration/interfaces/LabelCalibrationOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelCalibrationOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelCalibrationOptions as default
};
