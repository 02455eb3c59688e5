import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EmbeddedShapes","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/EmbeddedShapes.md","filePath":"reference/api/baaljs/interfaces/EmbeddedShapes.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/EmbeddedShapes.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-embeddedshapes" tabindex="-1">Interface: EmbeddedShapes <a class="header-anchor" href="#interface-embeddedshapes" aria-label="Permalink to &quot;Interface: EmbeddedShapes&quot;">​</a></h1><p>The embedded drawn shapes: a pool to label from, a test set, the classes.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>Names of the shapes, sorted.</td></tr><tr><td><a id="property-test"></a> <code>test</code></td><td><code>readonly</code></td><td>readonly <code>ShapeRow</code>[]</td><td>480 images, 60 of each shape.</td></tr><tr><td><a id="property-train"></a> <code>train</code></td><td><code>readonly</code></td><td>readonly <code>ShapeRow</code>[]</td><td>2,000 images to label from; the shapes are unevenly frequent, and 40 show a star.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/EmbeddedShapes.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EmbeddedShapes = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EmbeddedShapes as default
};
