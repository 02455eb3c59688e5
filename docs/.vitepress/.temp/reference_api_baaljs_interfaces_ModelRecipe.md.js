import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ModelRecipe","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/ModelRecipe.md","filePath":"reference/api/baaljs/interfaces/ModelRecipe.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/ModelRecipe.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-modelrecipe" tabindex="-1">Interface: ModelRecipe <a class="header-anchor" href="#interface-modelrecipe" aria-label="Permalink to &quot;Interface: ModelRecipe&quot;">​</a></h1><p>How a built-in model is made: no weights, only the numbers that it takes to make them from data.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-about"></a> <code>about</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-config"></a> <code>config</code></td><td><code>readonly</code></td><td><code>Partial</code>&lt;<a href="./EncoderConfig.html"><code>EncoderConfig</code></a>&gt;</td><td>-</td></tr><tr><td><a id="property-maxseqlen"></a> <code>maxSeqLen</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-training"></a> <code>training</code></td><td><code>readonly</code></td><td><code>Readonly</code>&lt;<code>Record</code>&lt;<code>string</code>, <code>unknown</code>&gt;&gt;</td><td>Training arguments that suit the model.</td></tr><tr><td><a id="property-vocabulary"></a> <code>vocabulary</code></td><td><code>readonly</code></td><td><code>object</code></td><td>Size of the WordPiece vocabulary that is learned from the texts at hand.</td></tr><tr><td><code>vocabulary.size</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/ModelRecipe.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ModelRecipe = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ModelRecipe as default
};
