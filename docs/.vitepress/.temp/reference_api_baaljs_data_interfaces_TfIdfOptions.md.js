import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TfIdfOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/TfIdfOptions.md","filePath":"reference/api/baaljs/data/interfaces/TfIdfOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/TfIdfOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-tfidfoptions" tabindex="-1">Interface: TfIdfOptions <a class="header-anchor" href="#interface-tfidfoptions" aria-label="Permalink to &quot;Interface: TfIdfOptions&quot;">​</a></h1><p>How texts become vectors of word counts.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-width"></a> <code>width?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Numbers of a vector: words share them by their hash. 2048 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/TfIdfOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TfIdfOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TfIdfOptions as default
};
