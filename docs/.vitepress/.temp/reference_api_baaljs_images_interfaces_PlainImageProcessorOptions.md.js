import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PlainImageProcessorOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/PlainImageProcessorOptions.md","filePath":"reference/api/baaljs/images/interfaces/PlainImageProcessorOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/PlainImageProcessorOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-plainimageprocessoroptions" tabindex="-1">Interface: PlainImageProcessorOptions <a class="header-anchor" href="#interface-plainimageprocessoroptions" aria-label="Permalink to &quot;Interface: PlainImageProcessorOptions&quot;">​</a></h1><p>Options of <a href="./../functions/imageProcessor.html">imageProcessor</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-channels"></a> <code>channels?</code></td><td><code>readonly</code></td><td><code>1</code> | <code>3</code></td><td>1 for grey images, 3 (default) for colour.</td></tr><tr><td><a id="property-mean"></a> <code>mean?</code></td><td><code>readonly</code></td><td><code>number</code> | readonly <code>number</code>[]</td><td>Of samples between 0 and 1, one per channel or one for all. No normalisation by default.</td></tr><tr><td><a id="property-resample"></a> <code>resample?</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/Resample.html"><code>Resample</code></a></td><td><code>&quot;lanczos&quot;</code> by default, which all libraries compute alike.</td></tr><tr><td><a id="property-shortestedge"></a> <code>shortestEdge?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>With it an image keeps its proportions: its shorter edge gets this length, then the middle of <code>size</code> is cut out.</td></tr><tr><td><a id="property-size"></a> <code>size</code></td><td><code>readonly</code></td><td>readonly [<code>number</code>, <code>number</code>]</td><td>Height and width that the model reads, in pixels.</td></tr><tr><td><a id="property-std"></a> <code>std?</code></td><td><code>readonly</code></td><td><code>number</code> | readonly <code>number</code>[]</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/PlainImageProcessorOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PlainImageProcessorOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PlainImageProcessorOptions as default
};
