import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SafetensorsHeader","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/SafetensorsHeader.md","filePath":"reference/api/baaljs/engine/interfaces/SafetensorsHeader.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/SafetensorsHeader.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-safetensorsheader" tabindex="-1">Interface: SafetensorsHeader <a class="header-anchor" href="#interface-safetensorsheader" aria-label="Permalink to &quot;Interface: SafetensorsHeader&quot;">​</a></h1><p>The tensors of a file, and its free text fields.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-metadata"></a> <code>metadata</code></td><td><code>readonly</code></td><td><code>Readonly</code>&lt;<code>Record</code>&lt;<code>string</code>, <code>string</code>&gt;&gt;</td><td>-</td></tr><tr><td><a id="property-tensors"></a> <code>tensors</code></td><td><code>readonly</code></td><td>readonly <a href="./TensorEntry.html"><code>TensorEntry</code></a>[]</td><td>In the order of their bytes.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/SafetensorsHeader.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SafetensorsHeader = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SafetensorsHeader as default
};
