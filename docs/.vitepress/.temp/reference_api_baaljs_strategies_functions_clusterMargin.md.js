import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: clusterMargin()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/functions/clusterMargin.md","filePath":"reference/api/baaljs/strategies/functions/clusterMargin.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/functions/clusterMargin.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-clustermargin" tabindex="-1">Function: clusterMargin() <a class="header-anchor" href="#function-clustermargin" aria-label="Permalink to &quot;Function: clusterMargin()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> clusterMargin</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Strategy</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Cluster-Margin (Citovsky et al. 2021, arXiv:2107.14263): uncertain items from different regions, for large batches. The pool&#39;s features are clustered by average linkage; of the items with the smallest margins between the two most probable classes, one at random is taken from each cluster in turn, from the cluster with the fewest of them on, until the batch is full.</p><p>The paper clusters once, before the first round; here each call clusters its pool, so that a resumed run needs no more than its labels. Clustering takes the square of the number of items: of a pool of more than <code>maxClustered</code> a random part is clustered.</p><p><code>scores</code> are those of the margin heuristic, 1 less the margin.</p><p>Throws <code>E_ARGUMENT</code>, <code>E_POOL_EMPTY</code>, <code>E_SHAPE</code> for dense predictions, <code>E_NOT_FINITE</code>, <code>E_ABORTED</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>options?</code></td><td><a href="./../interfaces/ClusterMarginOptions.html"><code>ClusterMarginOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/Strategy.html"><code>Strategy</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/functions/clusterMargin.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const clusterMargin = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  clusterMargin as default
};
