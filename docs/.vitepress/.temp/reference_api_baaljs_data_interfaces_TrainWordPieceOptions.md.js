import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TrainWordPieceOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/TrainWordPieceOptions.md","filePath":"reference/api/baaljs/data/interfaces/TrainWordPieceOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/TrainWordPieceOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-trainwordpieceoptions" tabindex="-1">Interface: TrainWordPieceOptions <a class="header-anchor" href="#interface-trainwordpieceoptions" aria-label="Permalink to &quot;Interface: TrainWordPieceOptions&quot;">​</a></h1><p>Options of <a href="./../functions/trainWordPiece.html">trainWordPiece</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-alphabetlimit"></a> <code>alphabetLimit?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most characters of the alphabet, the frequent ones first; words with others become <code>[UNK]</code>. 1000 by default.</td></tr><tr><td><a id="property-lowercase"></a> <code>lowercase?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>True by default.</td></tr><tr><td><a id="property-minfrequency"></a> <code>minFrequency?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>A pair must occur this often to become a token. 2 by default.</td></tr><tr><td><a id="property-modelmaxlength"></a> <code>modelMaxLength?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most tokens of a text, special tokens included. 512 by default.</td></tr><tr><td><a id="property-tokentypeids"></a> <code>tokenTypeIds?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Whether encodings have token types (BERT) or not (DistilBERT). <code>false</code> by default.</td></tr><tr><td><a id="property-vocabsize"></a> <code>vocabSize</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most tokens of the vocabulary, the 5 special tokens included.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/TrainWordPieceOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainWordPieceOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainWordPieceOptions as default
};
