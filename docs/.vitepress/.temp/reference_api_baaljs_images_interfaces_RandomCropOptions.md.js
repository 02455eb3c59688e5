import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: RandomCropOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/RandomCropOptions.md","filePath":"reference/api/baaljs/images/interfaces/RandomCropOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/RandomCropOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-randomcropoptions" tabindex="-1">Interface: RandomCropOptions <a class="header-anchor" href="#interface-randomcropoptions" aria-label="Permalink to &quot;Interface: RandomCropOptions&quot;">​</a></h1><p>Options of <a href="./../functions/randomCrop.html">randomCrop</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-border"></a> <code>border?</code></td><td><code>readonly</code></td><td><code>&quot;reflect&quot;</code> | <code>&quot;black&quot;</code></td><td>The border shows the image mirrored at its edge (default), or nothing.</td></tr><tr><td><a id="property-padding"></a> <code>padding?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Width of the border that the image gets before, as a share of its edges; 0.125 by default: 4 of CIFAR&#39;s 32 pixels.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/RandomCropOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const RandomCropOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  RandomCropOptions as default
};
