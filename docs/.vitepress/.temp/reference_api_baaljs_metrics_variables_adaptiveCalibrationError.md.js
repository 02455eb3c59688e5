import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Variable: adaptiveCalibrationError","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/variables/adaptiveCalibrationError.md","filePath":"reference/api/baaljs/metrics/variables/adaptiveCalibrationError.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/variables/adaptiveCalibrationError.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="variable-adaptivecalibrationerror" tabindex="-1">Variable: adaptiveCalibrationError <a class="header-anchor" href="#variable-adaptivecalibrationerror" aria-label="Permalink to &quot;Variable: adaptiveCalibrationError&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">const</span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;"> adaptiveCalibrationError</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> MetricFunction</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&lt;</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">AdaptiveCalibrationOptions</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;">number</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#005CC5;--shiki-dark:#79B8FF;">number</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;;</span></span></code></pre></div><p>Adaptive calibration error (Nixon et al. 2019, arXiv:1904.01685): the items are sorted by probability and cut into bins of equally many, so that no bin is nearly empty; then as the expected calibration error. In [0, 1], lower is better. Items of equal probability each count with their common share of right ones, so that the result does not depend on the items&#39; order. <code>probs_N_C</code> is row-major. Batch by batch it keeps 2 numbers per item, or 1 + C of <code>&quot;classes&quot;</code>. Throws as <code>checkClassified</code>, and <code>E_ARGUMENT</code> for fewer than 1 bin and for an unknown <code>of</code>.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/variables/adaptiveCalibrationError.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const adaptiveCalibrationError = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  adaptiveCalibrationError as default
};
