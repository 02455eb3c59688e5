import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: relativeMahalanobis()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/functions/relativeMahalanobis.md","filePath":"reference/api/baaljs/heuristics/functions/relativeMahalanobis.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/functions/relativeMahalanobis.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-relativemahalanobis" tabindex="-1">Function: relativeMahalanobis() <a class="header-anchor" href="#function-relativemahalanobis" aria-label="Permalink to &quot;Function: relativeMahalanobis()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> relativeMahalanobis</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> FeatureHeuristic</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Relative Mahalanobis distance (Ren et al. 2021, arXiv:2106.09022): the distance to the nearest class less that to all labelled items taken as one class, with a covariance of its own. What varies everywhere alike cancels out, which makes it the better score for items that resemble labelled ones. Negative where a class fits well. Else as <a href="./mahalanobis.html">mahalanobis</a>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>options?</code></td><td><a href="./../interfaces/MahalanobisOptions.html"><code>MahalanobisOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/FeatureHeuristic.html"><code>FeatureHeuristic</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/functions/relativeMahalanobis.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const relativeMahalanobis = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  relativeMahalanobis as default
};
