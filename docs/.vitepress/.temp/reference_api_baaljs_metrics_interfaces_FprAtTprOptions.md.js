import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: FprAtTprOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/FprAtTprOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/FprAtTprOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/FprAtTprOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-fprattproptions" tabindex="-1">Interface: FprAtTprOptions <a class="header-anchor" href="#interface-fprattproptions" aria-label="Permalink to &quot;Interface: FprAtTprOptions&quot;">​</a></h1><p>The options of <a href="./../variables/fprAtTpr.html">fprAtTpr</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-tpr"></a> <code>tpr?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share of the positive items that must be found, in (0, 1]; 0.95 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/FprAtTprOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const FprAtTprOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  FprAtTprOptions as default
};
