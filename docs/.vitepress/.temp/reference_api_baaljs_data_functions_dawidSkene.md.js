import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: dawidSkene()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/functions/dawidSkene.md","filePath":"reference/api/baaljs/data/functions/dawidSkene.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/functions/dawidSkene.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-dawidskene" tabindex="-1">Function: dawidSkene() <a class="header-anchor" href="#function-dawidskene" aria-label="Permalink to &quot;Function: dawidSkene()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> dawidSkene</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">answers</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">__namedParameters</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">?</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> DawidSkeneResult</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>What several annotators&#39; answers say together, weighted by how often each of them is right, which is estimated from the same answers: expectation maximisation from the shares of the votes (Dawid &amp; Skene 1979, &quot;Maximum likelihood estimation of observer error-rates using the EM algorithm&quot;, Applied Statistics 28). Throws <code>E_SHAPE</code>, <code>E_ARGUMENT</code> for numbers out of range.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>answers</code></td><td><a href="./../interfaces/AnnotatorAnswers.html"><code>AnnotatorAnswers</code></a></td></tr><tr><td><code>__namedParameters?</code></td><td><a href="./../interfaces/DawidSkeneOptions.html"><code>DawidSkeneOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../interfaces/DawidSkeneResult.html"><code>DawidSkeneResult</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/functions/dawidSkene.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const dawidSkene = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  dawidSkene as default
};
