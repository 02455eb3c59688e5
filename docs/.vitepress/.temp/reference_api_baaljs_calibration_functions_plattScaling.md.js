import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: plattScaling()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/calibration/functions/plattScaling.md","filePath":"reference/api/baaljs/calibration/functions/plattScaling.md"}');
const _sfc_main = { name: "reference/api/baaljs/calibration/functions/plattScaling.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-plattscaling" tabindex="-1">Function: plattScaling() <a class="header-anchor" href="#function-plattscaling" aria-label="Permalink to &quot;Function: plattScaling()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> plattScaling</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span></span>
<span class="line"><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">   predictions</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span></span>
<span class="line"><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">   targets_N_C</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span></span>
<span class="line"><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">   options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span></span>
<span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Promise</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&lt;</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">Calibrator</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;;</span></span></code></pre></div><p>Platt scaling (Platt 1999; vector scaling of labels by themselves): a weight and a bias for each label&#39;s logit. Where labels are more or less common than the model takes them for, the bias corrects it. Data, draws and errors as of <a href="./labelTemperatureScaling.html">labelTemperatureScaling</a>; a label that all known items have, or none, stays as it is.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>predictions</code></td><td><a href="./../../heuristics/interfaces/Predictions.html"><code>Predictions</code></a></td></tr><tr><td><code>targets_N_C</code></td><td><code>ArrayLike</code>&lt;<code>number</code> | <code>null</code>&gt;</td></tr><tr><td><code>options?</code></td><td><a href="./../interfaces/LabelCalibrationOptions.html"><code>LabelCalibrationOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><code>Promise</code>&lt;<a href="./../interfaces/Calibrator.html"><code>Calibrator</code></a>&gt;</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/calibration/functions/plattScaling.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const plattScaling = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  plattScaling as default
};
