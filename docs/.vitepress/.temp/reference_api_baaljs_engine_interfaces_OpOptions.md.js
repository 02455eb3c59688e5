import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: OpOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/OpOptions.md","filePath":"reference/api/baaljs/engine/interfaces/OpOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/OpOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-opoptions" tabindex="-1">Interface: OpOptions <a class="header-anchor" href="#interface-opoptions" aria-label="Permalink to &quot;Interface: OpOptions&quot;">​</a></h1><p>Details of a node that a builder appends.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-domain"></a> <code>domain?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-name"></a> <code>name?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>Name of the node and prefix of its outputs; made from the op type by default.</td></tr><tr><td><a id="property-outputs"></a> <code>outputs?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Number of outputs, 1 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/OpOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const OpOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  OpOptions as default
};
