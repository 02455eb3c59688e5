import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: regressionVariance()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/functions/regressionVariance.md","filePath":"reference/api/baaljs/heuristics/functions/regressionVariance.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/functions/regressionVariance.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-regressionvariance" tabindex="-1">Function: regressionVariance() <a class="header-anchor" href="#function-regressionvariance" aria-label="Permalink to &quot;Function: regressionVariance()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> regressionVariance</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Heuristic</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Variance of regression draws (with dropout: Gal and Ghahramani 2016, arXiv:1506.02142): the population variance over the draws, averaged over the C outputs, in the square of their unit. Outputs of different units should be standardised before. No upper bound. The numbers that <code>variance</code> gives of a regression, from a heuristic that takes nothing else.</p><p>Its scores pick a batch through <code>selectFromScores</code> of a strategy, or as <code>precomputed</code> ones. Scoring throws <code>E_ARGUMENT</code> for predictions of a classifier, for no outputs or draws and, unless <code>allowSingleDraw</code>, for a single draw; <code>E_NOT_FINITE</code> naming the item.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>options?</code></td><td><a href="./../interfaces/DenseOptions.html"><code>DenseOptions</code></a> &amp; <a href="./../interfaces/SingleDrawOptions.html"><code>SingleDrawOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/Heuristic.html"><code>Heuristic</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/functions/regressionVariance.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const regressionVariance = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  regressionVariance as default
};
