import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LowAverageUncertaintyOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LowAverageUncertaintyOptions.md","filePath":"reference/api/baaljs/interfaces/LowAverageUncertaintyOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LowAverageUncertaintyOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-lowaverageuncertaintyoptions" tabindex="-1">Interface: LowAverageUncertaintyOptions <a class="header-anchor" href="#interface-lowaverageuncertaintyoptions" aria-label="Permalink to &quot;Interface: LowAverageUncertaintyOptions&quot;">​</a></h1><p>Options of the stopping criterion <a href="./../functions/lowAverageUncertainty.html">lowAverageUncertainty</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-steps"></a> <code>steps?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Steps in a row that must lie below it; 1 by default.</td></tr><tr><td><a id="property-threshold"></a> <code>threshold</code></td><td><code>readonly</code></td><td><code>number</code></td><td>In the units of the strategy&#39;s scores.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LowAverageUncertaintyOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LowAverageUncertaintyOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LowAverageUncertaintyOptions as default
};
