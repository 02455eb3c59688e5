import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AccuracyOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/AccuracyOptions.md","filePath":"reference/api/baaljs/metrics/interfaces/AccuracyOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/AccuracyOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-accuracyoptions" tabindex="-1">Interface: AccuracyOptions <a class="header-anchor" href="#interface-accuracyoptions" aria-label="Permalink to &quot;Interface: AccuracyOptions&quot;">​</a></h1><p>The options of <a href="./../variables/accuracy.html">accuracy</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-topk"></a> <code>topK?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>An item counts as right when its target is among the <code>topK</code> most probable classes. 1 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/AccuracyOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AccuracyOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AccuracyOptions as default
};
