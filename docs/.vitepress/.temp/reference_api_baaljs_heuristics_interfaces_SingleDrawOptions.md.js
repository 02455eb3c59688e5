import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SingleDrawOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/SingleDrawOptions.md","filePath":"reference/api/baaljs/heuristics/interfaces/SingleDrawOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/SingleDrawOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-singledrawoptions" tabindex="-1">Interface: SingleDrawOptions <a class="header-anchor" href="#interface-singledrawoptions" aria-label="Permalink to &quot;Interface: SingleDrawOptions&quot;">​</a></h1><p>The option of heuristics that compare draws with each other.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-allowsingledraw"></a> <code>allowSingleDraw?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Scores a single draw per item as 0, no disagreement, where by default that is an error.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/SingleDrawOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SingleDrawOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SingleDrawOptions as default
};
