import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ExactDuplicatesOptions<Item>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/ExactDuplicatesOptions.md","filePath":"reference/api/baaljs/data/interfaces/ExactDuplicatesOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/ExactDuplicatesOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-exactduplicatesoptions-item" tabindex="-1">Interface: ExactDuplicatesOptions&lt;Item&gt; <a class="header-anchor" href="#interface-exactduplicatesoptions-item" aria-label="Permalink to &quot;Interface: ExactDuplicatesOptions\\&lt;Item\\&gt;&quot;">​</a></h1><p>Options of <a href="./../functions/exactDuplicates.html">exactDuplicates</a>.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th></tr></thead><tbody><tr><td><a id="type-parameter-item"></a> <code>Item</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-indices"></a> <code>indices?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices of the items; 0, 1, 2, ... by default.</td></tr><tr><td><a id="property-key"></a> <code>key?</code></td><td><code>readonly</code></td><td>(<code>item</code>) =&gt; <code>string</code></td><td>Items with the same key are the same. By default texts by their <a href="./../functions/normalizeText.html">normalizeText</a>, bytes and number arrays by a SHA-256 of their content.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/ExactDuplicatesOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ExactDuplicatesOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ExactDuplicatesOptions as default
};
