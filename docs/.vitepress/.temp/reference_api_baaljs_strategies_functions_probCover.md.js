import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: probCover()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/functions/probCover.md","filePath":"reference/api/baaljs/strategies/functions/probCover.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/functions/probCover.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-probcover" tabindex="-1">Function: probCover() <a class="header-anchor" href="#function-probcover" aria-label="Permalink to &quot;Function: probCover()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> probCover</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Strategy</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>ProbCover (Yehuda, Dekel, Hacohen and Weinshall 2022, arXiv:2205.11320): items whose balls cover as many others as possible that no labelled or picked item covers, greedily; for small budgets and cold starts, on features that put like beside like before any label is known. Where no radius is given it is chosen by the paper&#39;s heuristic: clusters of k-means stand for classes, and the radius is the largest with which 95 % of the balls hold items of one cluster only. Once everything is covered, picks are random.</p><p><code>scores</code> are the shares of the pool that a pick newly covers. Takes 2 N x N x D multiplications at most, by matrix products, and memory for a copy of the features; the graph of who covers whom is never stored.</p><p>Throws <code>E_ARGUMENT</code>, <code>E_POOL_EMPTY</code>, <code>E_SHAPE</code> for labelled features of another width, <code>E_NOT_FINITE</code>, <code>E_ABORTED</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>options?</code></td><td><a href="./../interfaces/ProbCoverOptions.html"><code>ProbCoverOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/Strategy.html"><code>Strategy</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/functions/probCover.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const probCover = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  probCover as default
};
