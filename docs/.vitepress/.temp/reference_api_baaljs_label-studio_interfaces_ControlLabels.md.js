import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ControlLabels","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/ControlLabels.md","filePath":"reference/api/baaljs/label-studio/interfaces/ControlLabels.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/ControlLabels.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-controllabels" tabindex="-1">Interface: ControlLabels <a class="header-anchor" href="#interface-controllabels" aria-label="Permalink to &quot;Interface: ControlLabels&quot;">​</a></h1><p>The labels of a control, and those of before.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-control"></a> <code>control</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-gone"></a> <code>gone</code></td><td><code>readonly</code></td><td>readonly <code>object</code>[]</td><td>Labels that the configuration does not have any more, most annotations first.</td></tr><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td>readonly <code>string</code>[]</td><td>As the configuration has them now.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/ControlLabels.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ControlLabels = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ControlLabels as default
};
