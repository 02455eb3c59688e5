import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CalibrationFit","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/calibration/interfaces/CalibrationFit.md","filePath":"reference/api/baaljs/calibration/interfaces/CalibrationFit.md"}');
const _sfc_main = { name: "reference/api/baaljs/calibration/interfaces/CalibrationFit.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-calibrationfit" tabindex="-1">Interface: CalibrationFit <a class="header-anchor" href="#interface-calibrationfit" aria-label="Permalink to &quot;Interface: CalibrationFit&quot;">​</a></h1><p>How well a calibrator fits the items that it was made from.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-hasconverged"></a> <code>hasConverged</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Whether the steps allowed were enough.</td></tr><tr><td><a id="property-items"></a> <code>items</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-nllafter"></a> <code>nllAfter</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-nllbefore"></a> <code>nllBefore</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean negative log-likelihood of the targets before and after, in nats.</td></tr><tr><td><a id="property-steps"></a> <code>steps</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Steps of the optimizer.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/calibration/interfaces/CalibrationFit.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CalibrationFit = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CalibrationFit as default
};
