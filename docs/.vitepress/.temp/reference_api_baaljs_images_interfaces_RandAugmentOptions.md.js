import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: RandAugmentOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/RandAugmentOptions.md","filePath":"reference/api/baaljs/images/interfaces/RandAugmentOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/RandAugmentOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-randaugmentoptions" tabindex="-1">Interface: RandAugmentOptions <a class="header-anchor" href="#interface-randaugmentoptions" aria-label="Permalink to &quot;Interface: RandAugmentOptions&quot;">​</a></h1><p>Options of <a href="./../functions/randAugment.html">randAugment</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-magnitude"></a> <code>magnitude?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Strength of all operations, from 0 to 1. By default each is drawn anew, as FixMatch does.</td></tr><tr><td><a id="property-operations"></a> <code>operations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>How many operations an image goes through. 2 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/RandAugmentOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const RandAugmentOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  RandAugmentOptions as default
};
