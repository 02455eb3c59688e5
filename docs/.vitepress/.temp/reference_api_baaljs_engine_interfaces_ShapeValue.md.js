import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ShapeValue","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/ShapeValue.md","filePath":"reference/api/baaljs/engine/interfaces/ShapeValue.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/ShapeValue.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-shapevalue" tabindex="-1">Interface: ShapeValue <a class="header-anchor" href="#interface-shapevalue" aria-label="Permalink to &quot;Interface: ShapeValue&quot;">​</a></h1><p>The <em>elements</em> of a small integer value as far as they are known: exported graphs compute shapes with Shape, Gather, Concat, ..., and a <code>Reshape</code> says little without them. <code>undefined</code> elements are unknown. Booleans are 0 and 1.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-dims"></a> <code>dims</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td></tr><tr><td><a id="property-elements"></a> <code>elements</code></td><td><code>readonly</code></td><td>readonly (<a href="./../type-aliases/Dim.html"><code>Dim</code></a> | <code>undefined</code>)[]</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/ShapeValue.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ShapeValue = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ShapeValue as default
};
