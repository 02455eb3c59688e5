import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: outOfScopeMetrics()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/functions/outOfScopeMetrics.md","filePath":"reference/api/baaljs/metrics/functions/outOfScopeMetrics.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/functions/outOfScopeMetrics.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-outofscopemetrics" tabindex="-1">Function: outOfScopeMetrics() <a class="header-anchor" href="#function-outofscopemetrics" aria-label="Permalink to &quot;Function: outOfScopeMetrics()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> outOfScopeMetrics</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">scores_N</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">isOutOfScope_N</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> OutOfScopeMetrics</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>How well <code>scores_N</code> tell out-of-scope (out-of-distribution) items, which are the positives, from the rest: higher scores should mean out of scope. For a confidence, hand in its negative. Throws as <code>auroc</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>scores_N</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td></tr><tr><td><code>isOutOfScope_N</code></td><td><code>ArrayLike</code>&lt;<code>number</code> | <code>boolean</code>&gt;</td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/OutOfScopeMetrics.html"><code>OutOfScopeMetrics</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/functions/outOfScopeMetrics.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const outOfScopeMetrics = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  outOfScopeMetrics as default
};
