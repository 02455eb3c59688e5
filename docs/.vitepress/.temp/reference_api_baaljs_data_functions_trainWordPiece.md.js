import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Function: trainWordPiece()","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/functions/trainWordPiece.md","filePath":"reference/api/baaljs/data/functions/trainWordPiece.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/functions/trainWordPiece.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="function-trainwordpiece" tabindex="-1">Function: trainWordPiece() <a class="header-anchor" href="#function-trainwordpiece" aria-label="Permalink to &quot;Function: trainWordPiece()&quot;">​</a></h1><div class="language-ts vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">ts</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">function</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> trainWordPiece</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">(</span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">texts</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">, </span><span style="--shiki-light:#E36209;--shiki-dark:#FFAB70;">options</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">)</span><span style="--shiki-light:#D73A49;--shiki-dark:#F97583;">:</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> TextTokenizer</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">;</span></span></code></pre></div><p>A BERT tokenizer with a vocabulary learned from texts. The same texts in any order give the same vocabulary: <code>[PAD] [UNK] [CLS] [SEP] [MASK]</code>, the characters, then sub-words from frequent to rare.</p><p>It is written here because neither tokenizer library can do it in Node: the native one has no way to set a vocabulary size and breaks ties at random, the JavaScript one does not train.</p><p>Throws <code>E_ARGUMENT</code> when the texts have no words, or <code>vocabSize</code> has no room for their characters.</p><h2 id="parameters" tabindex="-1">Parameters <a class="header-anchor" href="#parameters" aria-label="Permalink to &quot;Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Parameter</th><th>Type</th></tr></thead><tbody><tr><td><code>texts</code></td><td><code>Iterable</code>&lt;<code>string</code>&gt;</td></tr><tr><td><code>options</code></td><td><a href="./../interfaces/TrainWordPieceOptions.html"><code>TrainWordPieceOptions</code></a></td></tr></tbody></table><h2 id="returns" tabindex="-1">Returns <a class="header-anchor" href="#returns" aria-label="Permalink to &quot;Returns&quot;">​</a></h2><p><a href="./../classes/TextTokenizer.html"><code>TextTokenizer</code></a></p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/functions/trainWordPiece.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const trainWordPiece = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  trainWordPiece as default
};
