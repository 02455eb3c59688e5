import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EvidenceSources<Input>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/EvidenceSources.md","filePath":"reference/api/baaljs/interfaces/EvidenceSources.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/EvidenceSources.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-evidencesources-input" tabindex="-1">Interface: EvidenceSources&lt;Input&gt; <a class="header-anchor" href="#interface-evidencesources-input" aria-label="Permalink to &quot;Interface: EvidenceSources\\&lt;Input\\&gt;&quot;">​</a></h1><p>Where the evidence comes from that a strategy&#39;s needs name.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-input"></a> <code>Input</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-extractfeatures"></a> <code>extractFeatures?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/ExtractFeatures.html"><code>ExtractFeatures</code></a>&lt;<code>Input</code>&gt;</td><td>For strategies that need <code>&quot;features&quot;</code>.</td></tr><tr><td><a id="property-predict"></a> <code>predict</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/PredictPool.html"><code>PredictPool</code></a>&lt;<code>Input</code>&gt;</td><td>-</td></tr><tr><td><a id="property-targetdataset"></a> <code>targetDataset?</code></td><td><code>readonly</code></td><td><a href="./Dataset.html"><code>Dataset</code></a>&lt;<code>Input</code>&gt;</td><td>Items like those that the model will meet, for strategies that need <code>&quot;target&quot;</code>; only their inputs are read.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/EvidenceSources.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EvidenceSources = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EvidenceSources as default
};
