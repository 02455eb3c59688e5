import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: VarianceCalibrator","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/calibration/interfaces/VarianceCalibrator.md","filePath":"reference/api/baaljs/calibration/interfaces/VarianceCalibrator.md"}');
const _sfc_main = { name: "reference/api/baaljs/calibration/interfaces/VarianceCalibrator.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-variancecalibrator" tabindex="-1">Interface: VarianceCalibrator <a class="header-anchor" href="#interface-variancecalibrator" aria-label="Permalink to &quot;Interface: VarianceCalibrator&quot;">​</a></h1><p>A factor for the variance of each number that a regression predicts.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-fit"></a> <code>fit</code></td><td><code>readonly</code></td><td><code>object</code></td><td>Mean negative log-likelihood of the known targets before and after, in nats.</td></tr><tr><td><code>fit.items</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><code>fit.nllAfter</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><code>fit.nllBefore</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-scales_c"></a> <code>scales_C</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Above 1: the model took itself for surer than it is.</td></tr></tbody></table><h2 id="methods" tabindex="-1">Methods <a class="header-anchor" href="#methods" aria-label="Permalink to &quot;Methods&quot;">​</a></h2><h3 id="calibrate" tabindex="-1">calibrate() <a class="header-anchor" href="#calibrate" aria-label="Permalink to &quot;calibrate()&quot;">​</a></h3><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;">calibrate</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(variances_N_C): Float64Array;</span></span></code></pre></div><p>The variances times their factors. Throws <code>E_SHAPE</code>.</p><h4 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h4><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>variances_N_C</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td></tr></tbody></table><h4 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h4><p><code>Float64Array</code></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/calibration/interfaces/VarianceCalibrator.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const VarianceCalibrator = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  VarianceCalibrator as default
};
