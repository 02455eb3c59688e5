import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: confidentJoint()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/functions/confidentJoint.md","filePath":"reference/api/baaljs/data/functions/confidentJoint.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/functions/confidentJoint.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-confidentjoint" tabindex="-1">Function: confidentJoint() <a class="header-anchor" href="#function-confidentjoint" aria-label="Permalink to &quot;Function: confidentJoint()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> confidentJoint</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">probs_N_C</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">targets_N</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> ConfidentJoint</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>The confident joint of confident learning (Northcutt, Jiang &amp; Chuang 2021, arXiv:1911.00068, section 3.1). <code>probs_N_C</code> must be <strong>out of sample</strong>: each item predicted by a model that was trained without it, as in cross-validation. Throws as the metrics do: <code>E_ARGUMENT</code>, <code>E_SHAPE</code>, <code>E_NOT_FINITE</code>.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>probs_N_C</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td></tr><tr><td><code>targets_N</code></td><td><code>ArrayLike</code>&lt;<code>number</code>&gt;</td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/ConfidentJoint.html"><code>ConfidentJoint</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/functions/confidentJoint.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const confidentJoint = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  confidentJoint as default
};
