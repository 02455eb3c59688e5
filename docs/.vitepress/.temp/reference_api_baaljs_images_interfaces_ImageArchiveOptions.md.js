import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ImageArchiveOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/ImageArchiveOptions.md","filePath":"reference/api/baaljs/images/interfaces/ImageArchiveOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/ImageArchiveOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-imagearchiveoptions" tabindex="-1">Interface: ImageArchiveOptions <a class="header-anchor" href="#interface-imagearchiveoptions" aria-label="Permalink to &quot;Interface: ImageArchiveOptions&quot;">​</a></h1><p>Options of <a href="./../functions/readImageArchive.html">readImageArchive</a>.</p><h2 id="extends" tabindex="-1">Extends <a class="header-anchor" href="#extends" aria-label="Permalink to &quot;Extends&quot;">​</a></h2><ul><li><code>TarOptions</code></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th><th>Inherited from</th></tr></thead><tbody><tr><td><a id="property-folder"></a> <code>folder?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Only images below this folder of the archive, such as <code>&quot;cifar10/train&quot;</code>. By default the deepest folder that holds all images.</td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td><td><code>TarOptions.signal</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/ImageArchiveOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ImageArchiveOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ImageArchiveOptions as default
};
