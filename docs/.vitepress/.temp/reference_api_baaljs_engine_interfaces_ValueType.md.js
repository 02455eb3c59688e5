import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ValueType","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/ValueType.md","filePath":"reference/api/baaljs/engine/interfaces/ValueType.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/ValueType.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-valuetype" tabindex="-1">Interface: ValueType <a class="header-anchor" href="#interface-valuetype" aria-label="Permalink to &quot;Interface: ValueType&quot;">​</a></h1><p>A value as far as it is known before running: its element type and its shape (<code>undefined</code>: not even the rank is known).</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-dtype"></a> <code>dtype</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/DType.html"><code>DType</code></a></td></tr><tr><td><a id="property-shape"></a> <code>shape</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Shape.html"><code>Shape</code></a> | <code>undefined</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/ValueType.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ValueType = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ValueType as default
};
