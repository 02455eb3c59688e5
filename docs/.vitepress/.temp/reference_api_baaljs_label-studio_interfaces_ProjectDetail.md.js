import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ProjectDetail","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/ProjectDetail.md","filePath":"reference/api/baaljs/label-studio/interfaces/ProjectDetail.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/ProjectDetail.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-projectdetail" tabindex="-1">Interface: ProjectDetail <a class="header-anchor" href="#interface-projectdetail" aria-label="Permalink to &quot;Interface: ProjectDetail&quot;">​</a></h1><p>What the status page shows of the project that is open. Times are milliseconds since 1970.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-events"></a> <code>events</code></td><td><code>readonly</code></td><td>readonly <code>EventRecord</code>[]</td><td>The newest first: the project&#39;s own, and those of the server as a whole.</td></tr><tr><td><a id="property-id"></a> <code>id</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-labels"></a> <code>labels</code></td><td><code>readonly</code></td><td><code>ProjectLabels</code></td><td>-</td></tr><tr><td><a id="property-next"></a> <code>next</code></td><td><code>readonly</code></td><td>readonly <a href="./NextTask.html"><code>NextTask</code></a>[]</td><td>Tasks without a label that the version which answers is least sure of, the least sure one first, of those that it has predicted.</td></tr><tr><td><a id="property-runs"></a> <code>runs</code></td><td><code>readonly</code></td><td>readonly <code>TrainingRun</code>[]</td><td>The last trainings, the newest first.</td></tr><tr><td><a id="property-url"></a> <code>url</code></td><td><code>readonly</code></td><td><code>string</code> | <code>undefined</code></td><td>Its address in Label Studio.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/ProjectDetail.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ProjectDetail = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ProjectDetail as default
};
