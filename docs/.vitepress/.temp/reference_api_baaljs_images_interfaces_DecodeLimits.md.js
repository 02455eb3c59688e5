import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: DecodeLimits","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/DecodeLimits.md","filePath":"reference/api/baaljs/images/interfaces/DecodeLimits.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/DecodeLimits.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-decodelimits" tabindex="-1">Interface: DecodeLimits <a class="header-anchor" href="#interface-decodelimits" aria-label="Permalink to &quot;Interface: DecodeLimits&quot;">​</a></h1><p>How large an image may claim to be.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./ImageDatasetOptions.html"><code>ImageDatasetOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-maxpixels"></a> <code>maxPixels?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Images of more pixels are refused before they are decoded: a file of a few kilobytes can claim to be a picture of gigabytes. 100 million by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/DecodeLimits.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const DecodeLimits = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  DecodeLimits as default
};
