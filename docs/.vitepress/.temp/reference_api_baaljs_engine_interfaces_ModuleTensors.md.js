import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ModuleTensors","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/ModuleTensors.md","filePath":"reference/api/baaljs/engine/interfaces/ModuleTensors.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/ModuleTensors.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-moduletensors" tabindex="-1">Interface: ModuleTensors <a class="header-anchor" href="#interface-moduletensors" aria-label="Permalink to &quot;Interface: ModuleTensors&quot;">​</a></h1><p>The tensors that the exported module held: what it learned, and what it only kept.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-buffers"></a> <code>buffers</code></td><td><code>readonly</code></td><td><code>ReadonlySet</code>&lt;<code>string</code>&gt;</td></tr><tr><td><a id="property-parameters"></a> <code>parameters</code></td><td><code>readonly</code></td><td><code>ReadonlySet</code>&lt;<code>string</code>&gt;</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/ModuleTensors.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ModuleTensors = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ModuleTensors as default
};
