import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CutoutOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/CutoutOptions.md","filePath":"reference/api/baaljs/images/interfaces/CutoutOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/CutoutOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-cutoutoptions" tabindex="-1">Interface: CutoutOptions <a class="header-anchor" href="#interface-cutoutoptions" aria-label="Permalink to &quot;Interface: CutoutOptions&quot;">​</a></h1><p>Options of <a href="./../functions/cutout.html">cutout</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-share"></a> <code>share?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Edges of the square, as a share of the image&#39;s edges, are drawn up to this. 0.5 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/CutoutOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CutoutOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CutoutOptions as default
};
