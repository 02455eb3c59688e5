import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CheckImagesOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/images/interfaces/CheckImagesOptions.md","filePath":"reference/api/baaljs/images/interfaces/CheckImagesOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/images/interfaces/CheckImagesOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-checkimagesoptions" tabindex="-1">Interface: CheckImagesOptions <a class="header-anchor" href="#interface-checkimagesoptions" aria-label="Permalink to &quot;Interface: CheckImagesOptions&quot;">​</a></h1><p>Options of <a href="./../functions/checkImages.html">checkImages</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-concurrency"></a> <code>concurrency?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Images read at the same time. 8 by default.</td></tr><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td>(<code>progress</code>) =&gt; <code>void</code></td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/images/interfaces/CheckImagesOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CheckImagesOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CheckImagesOptions as default
};
