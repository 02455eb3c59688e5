import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: mahalanobis()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/functions/mahalanobis.md","filePath":"reference/api/baaljs/heuristics/functions/mahalanobis.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/functions/mahalanobis.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-mahalanobis" tabindex="-1">Function: mahalanobis() <a class="header-anchor" href="#function-mahalanobis" aria-label="Permalink to &quot;Function: mahalanobis()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> mahalanobis</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> FeatureHeuristic</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Mahalanobis distance to the nearest class, as a score for items out of distribution (Lee, Lee, Lee and Shin 2018, arXiv:1807.03888): the least over the classes of <code>(x - mean)&#39; Cov^-1 (x - mean)</code>, with the means of the labelled items of each class and the covariance within classes that all share; squared, as in the paper. Where nothing varies within the classes (one item of each) the distance is Euclidean. In float32 by matrix products, after one Cholesky decomposition in float64.</p><p>Throws <code>E_ARGUMENT</code> for a shrinkage outside [0, 1] and, on scoring, while nothing is labelled; <code>E_SHAPE</code>, <code>E_NOT_FINITE</code>, <code>E_ABORTED</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>options?</code></td><td><a href="./../interfaces/MahalanobisOptions.html"><code>MahalanobisOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/FeatureHeuristic.html"><code>FeatureHeuristic</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/functions/mahalanobis.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const mahalanobis = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  mahalanobis as default
};
