import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EncodedText","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/EncodedText.md","filePath":"reference/api/baaljs/interfaces/EncodedText.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/EncodedText.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-encodedtext" tabindex="-1">Interface: EncodedText <a class="header-anchor" href="#interface-encodedtext" aria-label="Permalink to &quot;Interface: EncodedText&quot;">​</a></h1><p>A tokenized text (or text pair) with its special tokens, not padded. <code>tokenTypeIds</code> only where the tokenizer makes them.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-inputids"></a> <code>inputIds</code></td><td><code>readonly</code></td><td><code>Int32Array</code></td></tr><tr><td><a id="property-tokentypeids"></a> <code>tokenTypeIds?</code></td><td><code>readonly</code></td><td><code>Int32Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/EncodedText.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EncodedText = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EncodedText as default
};
