import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: cal()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/functions/cal.md","filePath":"reference/api/baaljs/strategies/functions/cal.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/functions/cal.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-cal" tabindex="-1">Function: cal() <a class="header-anchor" href="#function-cal" aria-label="Permalink to &quot;Function: cal()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> cal</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">__namedParameters</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Strategy</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>Contrastive active learning, CAL (Margatina, Vernikos, Barrault and Aletras 2021, arXiv:2109.03764): items that the model sees as near to labelled ones, yet predicts otherwise. The score is the mean, over the nearest labelled items by Euclidean distance of the features, of the divergence KL(p of the neighbour || p of the item), in nats; p is the mean over the draws. Of labels that are each predicted by itself: the sum of the labels&#39; divergences. While nothing is labelled there is nothing to contrast with: the scores are 0 and the picks random. Ties are broken at random.</p><p>Throws <code>E_ARGUMENT</code>, <code>E_POOL_EMPTY</code>, <code>E_SHAPE</code> for dense predictions or other numbers of classes, <code>E_NOT_FINITE</code>, <code>E_ABORTED</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>__namedParameters?</code></td><td><a href="./../interfaces/CalOptions.html"><code>CalOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/Strategy.html"><code>Strategy</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/functions/cal.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const cal = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  cal as default
};
