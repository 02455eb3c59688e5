import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FitOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/FitOptions.md","filePath":"reference/api/baaljs/data/interfaces/FitOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/FitOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-fitoptions" tabindex="-1">Interface: FitOptions <a class="header-anchor" href="#interface-fitoptions" aria-label="Permalink to &quot;Interface: FitOptions&quot;">​</a></h1><p>Options of fitting a <a href="./LabelPropagation.html">LabelPropagation</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-classes"></a> <code>classes</code></td><td><code>readonly</code></td><td><code>number</code></td><td>C, the number of classes.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/FitOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FitOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FitOptions as default
};
