import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: secondOpinionScores()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/functions/secondOpinionScores.md","filePath":"reference/api/baaljs/data/functions/secondOpinionScores.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/functions/secondOpinionScores.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-secondopinionscores" tabindex="-1">Function: secondOpinionScores() <a class="header-anchor" href="#function-secondopinionscores" aria-label="Permalink to &quot;Function: secondOpinionScores()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> secondOpinionScores</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">__namedParameters</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">__namedParameters</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> Float64Array</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>How much a second opinion on each item is worth: the probability that its class is another one than the likeliest, 0 (certain) to 1 - 1/C. Of items whose annotators contradict each other it is high, and of those whom only one has seen who is often wrong. Throws <code>E_SHAPE</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>__namedParameters</code></td><td><code>Pick</code>&lt;<a href="./../interfaces/DawidSkeneResult.html"><code>DawidSkeneResult</code></a>, <code>&quot;probs_N_C&quot;</code>&gt;</td></tr><tr><td><code>__namedParameters</code></td><td>{ <code>classes</code>: <code>number</code>; }</td></tr><tr><td><code>__namedParameters.classes</code></td><td><code>number</code></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><code>Float64Array</code></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/functions/secondOpinionScores.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const secondOpinionScores = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  secondOpinionScores as default
};
