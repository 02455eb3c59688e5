import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Tensor","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/Tensor.md","filePath":"reference/api/baaljs/engine/interfaces/Tensor.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/Tensor.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-tensor" tabindex="-1">Interface: Tensor <a class="header-anchor" href="#interface-tensor" aria-label="Permalink to &quot;Interface: Tensor&quot;">​</a></h1><p>A constant array. <code>data</code> is row-major; float16 and bfloat16 are their raw 16-bit patterns, bool is one byte each.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-data"></a> <code>data</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[] | <a href="./../type-aliases/NumericArray.html"><code>NumericArray</code></a></td></tr><tr><td><a id="property-dims"></a> <code>dims</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td></tr><tr><td><a id="property-dtype"></a> <code>dtype</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/DType.html"><code>DType</code></a></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/Tensor.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Tensor = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Tensor as default
};
