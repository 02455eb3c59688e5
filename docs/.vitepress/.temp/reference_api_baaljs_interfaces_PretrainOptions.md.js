import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PretrainOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/PretrainOptions.md","filePath":"reference/api/baaljs/interfaces/PretrainOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/PretrainOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-pretrainoptions" tabindex="-1">Interface: PretrainOptions <a class="header-anchor" href="#interface-pretrainoptions" aria-label="Permalink to &quot;Interface: PretrainOptions&quot;">​</a></h1><p>Options of <a href="./../functions/pretrainMaskedLM.html">pretrainMaskedLM</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>WorkOptions</code></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-args"></a> <code>args?</code></td><td><code>readonly</code></td><td><code>PretrainingArguments</code></td><td>-</td><td>-</td></tr><tr><td><a id="property-callbacks"></a> <code>callbacks?</code></td><td><code>readonly</code></td><td>readonly <a href="./TrainerCallback.html"><code>TrainerCallback</code></a>[]</td><td>-</td><td>-</td></tr><tr><td><a id="property-evaltexts"></a> <code>evalTexts?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Items.html"><code>Items</code></a>&lt;<a href="./EncodedText.html"><code>EncodedText</code></a>&gt;</td><td>Other texts, whose loss <code>args.evalStrategy</code> measures: early stopping and the best weights go by it.</td><td>-</td></tr><tr><td><a id="property-maskingshare"></a> <code>maskingShare?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share of a text&#39;s tokens that are masked, 0.15 by default.</td><td>-</td></tr><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/ProgressListener.html"><code>ProgressListener</code></a></td><td>-</td><td><code>WorkOptions.onProgress</code></td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td><td><code>WorkOptions.signal</code></td></tr><tr><td><a id="property-unit"></a> <code>unit?</code></td><td><code>readonly</code></td><td><code>&quot;token&quot;</code> | <code>&quot;word&quot;</code></td><td><code>&quot;word&quot;</code> (default): all tokens of a word together, which is harder and teaches more; <code>&quot;token&quot;</code>: each by itself.</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/PretrainOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PretrainOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PretrainOptions as default
};
